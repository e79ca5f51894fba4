export const handler = async (event) => {
  console.info({
    message: "order received",
    orderId: event.orderId,
    items: event.items.length,
  });
  if (event.items.length === 0) {
    console.warn({ message: "order is empty", orderId: event.orderId });
  }
  return { accepted: event.items.length > 0 };
};
