stock = {"apple": 3, "pear": 0}


class OutOfStock(Exception):
    pass


def lambda_handler(event, context):
    if not stock.get(event["item"]):
        raise OutOfStock(f"no {event['item']} left")
    return {"item": event["item"], "left": stock[event["item"]]}
