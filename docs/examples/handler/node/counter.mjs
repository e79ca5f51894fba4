let calls = 0; // set once, when Lambda starts an execution environment

export const handler = async () => {
  calls += 1;
  return { calls };
};
