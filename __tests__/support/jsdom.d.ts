/**
 * As much of jsdom as the tests use. Its own types (`@types/jsdom`) bring in the library of the browser, whose
 * globals would then be there in all of the project's code.
 */
declare module "jsdom" {
  export class JSDOM {
    constructor(
      html: string,
      options?: { readonly runScripts?: "outside-only"; readonly pretendToBeVisual?: boolean },
    );
    readonly window: {
      readonly eval: (script: string) => unknown;
      readonly close: () => void;
      readonly document: { readonly querySelectorAll: (selector: string) => Iterable<Node> };
    };
  }

  interface Node {
    readonly textContent: string;
    readonly getAttribute: (name: string) => string | null;
  }
}
