// The AWS SDK warns of Node.js 20 in each test file that loads it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
