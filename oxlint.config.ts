import { defineConfig } from "oxlint";
import { fences, testFiles } from "./tools/fences.ts";

/** Where the environment and the command line are read: see "Configuration" in docs/architecture.md. */
const readsEnvironment = ["apps/*/src/main.ts", "packages/daemon/src/configuration/**"];
/** Files that run beside the program, or write for it to a terminal. */
const beside = [
  ...testFiles.map((files) => `**/${files}`),
  "testbed/**",
  "bench/**",
  "chaos/**",
  "fuzz/**",
  "tools/**",
  "*.config.ts",
  "apps/web/*.ts",
];

export default defineConfig({
  plugins: ["typescript", "unicorn", "oxc", "import", "node", "jsx-a11y"],
  categories: { correctness: "error", suspicious: "error" },
  options: { typeAware: true, reportUnusedDisableDirectives: "error" },
  // node_modules: where it is a symbolic link, .gitignore does not name it, and oxlint would walk it for ever.
  ignorePatterns: ["**/src/**/gen/**", "**/node_modules"],
  rules: {
    // Promises: none is forgotten, none is where a value was meant.
    "typescript/no-floating-promises": [
      "error",
      {
        allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: ["test", "it", "describe", "suite"] }],
      },
    ],
    "typescript/no-misused-promises": "error",
    "typescript/await-thenable": "error",
    "typescript/return-await": ["error", "error-handling-correctness-only"],
    "typescript/prefer-promise-reject-errors": "error",
    "typescript/only-throw-error": "error",

    // Types: no `any`, no assertion that hides an error.
    "typescript/no-explicit-any": "error",
    "typescript/no-unsafe-argument": "error",
    "typescript/no-unsafe-assignment": "error",
    "typescript/no-unsafe-call": "error",
    "typescript/no-unsafe-member-access": "error",
    "typescript/no-unsafe-return": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/ban-ts-comment": "error",
    "typescript/switch-exhaustiveness-check": [
      "error",
      { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
    ],
    "typescript/use-unknown-in-catch-callback-variable": "error",
    "typescript/no-deprecated": "error",
    "typescript/prefer-nullish-coalescing": "error",
    "typescript/restrict-plus-operands": "error",
    "typescript/no-misused-spread": ["error", { allow: ["string"] }],
    "typescript/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
    "typescript/no-import-type-side-effects": "error",

    // Modules.
    "import/no-cycle": ["error", { ignoreTypes: false }],
    "import/no-default-export": "error",
    "import/no-duplicates": "error",
    "import/no-mutable-exports": "error",
    "unicorn/prefer-node-protocol": "error",
    "unicorn/filename-case": ["error", { case: "kebabCase" }],
    "max-lines": ["error", 300],
    "max-params": ["error", 4],

    // Nothing is swallowed, compared loosely, or left for later.
    eqeqeq: "error",
    "no-empty": "error",
    "no-console": "error",
    "no-warning-comments": ["error", { terms: ["todo", "fixme", "xxx", "hack"] }],
    "no-var": "error",
    "prefer-const": "error",
    "no-else-return": "error",
    "object-shorthand": "error",

    // Configuration is read in one place and handed down.
    "node/no-process-env": "error",
    "no-restricted-properties": [
      "error",
      { object: "process", property: "argv", message: "The command line is read in main.ts and handed down." },
    ],
    "unicorn/no-process-exit": "error",

    // Off, because what they find here is right: arguments grouped by spreads, narrowings of what a query or a parser
    // gave, small functions beside their only user, flags that a signal changes, callbacks that return nothing, groups and
    // states of a page that are named by their role.
    "unicorn/no-useless-spread": "off",
    "typescript/no-unsafe-type-assertion": "off",
    "unicorn/consistent-function-scoping": "off",
    "no-unmodified-loop-condition": "off",
    "typescript/consistent-return": "off",
    "jsx-a11y/prefer-tag-over-role": "off",
  },
  overrides: [
    ...fences(),
    { files: readsEnvironment, rules: { "node/no-process-env": "off", "no-restricted-properties": "off" } },
    { files: ["apps/*/src/main.ts"], rules: { "max-lines": ["error", 60], "unicorn/no-process-exit": "off" } },
    { files: ["apps/cli/**", "apps/bot-example/**"], rules: { "no-console": "off" } },
    {
      files: beside,
      rules: {
        "no-console": "off",
        "node/no-process-env": "off",
        "no-restricted-properties": "off",
        "unicorn/no-process-exit": "off",
      },
    },
    {
      files: ["apps/web/**"],
      rules: {
        // Styles are files that a module brings along.
        "import/no-unassigned-import": "off",
      },
    },
    { files: ["*.config.ts"], rules: { "import/no-default-export": "off" } },
  ],
});
