export const handler = async (event, context) => ({
  requestId: context.awsRequestId,
  functionName: context.functionName,
  memoryMb: Number(context.memoryLimitInMB),
  secondsLeft: Math.ceil(context.getRemainingTimeInMillis() / 1000),
});
