def greet(query):
    if not query.get("name"):
        return 400, {"error": "name is missing"}
    return 200, {"message": f"Hello, {query['name']}!"}
