const stock = { apple: 3, pear: 0 };

class OutOfStock extends Error {
  name = "OutOfStock";
}

export const handler = async (event) => {
  if (!stock[event.item]) {
    throw new OutOfStock(`no ${event.item} left`);
  }
  return { item: event.item, left: stock[event.item] };
};
