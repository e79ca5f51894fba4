exports.handler = function (event, context) {
  context.succeed({ message: "Hello, " + event.name + "!" });
};
