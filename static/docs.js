// Starts Swagger UI on the page /docs. Tokens live in the page alone.
(() => {
  "use strict";
  SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#docs",
    deepLinking: true,
    validatorUrl: null,
    persistAuthorization: false,
    displayRequestDuration: true,
    filter: true,
    tryItOutEnabled: true,
    syntaxHighlight: { theme: "nord" },
  });
})();
