// Starts Swagger UI on the page /docs. Tokens live in the page alone.
(() => {
  "use strict";

  // What Swagger UI's own page lacks for people who hear it: landmarks around all
  // of it, a heading above those of the tags, and no link within a button.
  const audible = ({ React }) => {
    const within = (tag, properties, ...before) => (Original) => (own) =>
      React.createElement(tag, properties, ...before, React.createElement(Original, own));
    return {
      components: { DeepLink: ({ text }) => React.createElement("span", null, text) },
      wrapComponents: {
        InfoContainer: within("section", { "aria-label": "About" }),
        FilterContainer: within("div", { role: "search" }),
        operations: within("div", null, React.createElement("h2", { className: "docs-heading" }, "Operations")),
      },
    };
  };

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
    plugins: [audible],
  });
})();
