import logging

logger = logging.getLogger()
logger.setLevel("INFO")


def lambda_handler(event, context):
    order = {"orderId": event["orderId"], "items": len(event["items"])}
    logger.info("order received", extra=order)
    if not event["items"]:
        logger.warning("order is empty", extra=order)
    return {"accepted": bool(event["items"])}
