exports.handler = function (event, context, callback) {
  callback(null, { message: "Hello, " + event.name + "!" });
};
