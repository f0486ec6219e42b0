import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import { defineConfig, globalIgnores } from 'eslint/config'
import ts from 'typescript-eslint'

const sleepInStory = {
  selector: "CallExpression[callee.property.name='waitForTimeout']",
  message: 'A sleep is too short on a slow machine and too long on yours: wait for a locator, an event or a state.',
}

const needTypes = Object.fromEntries(
  [...ts.configs.recommendedTypeCheckedOnly, ...ts.configs.stylisticTypeCheckedOnly].flatMap(({ rules = {} }) =>
    Object.entries(rules),
  ),
)

export default defineConfig(
  globalIgnores([
    'dist/',
    'coverage/',
    'release/',
    'test-results/',
    'playwright-report/',
    'node-libvirt/dist/',
    '**/*.generated.ts',
    'renderer/nuxt-ui.d.ts',
  ]),
  {
    // A rule that is in the way is discussed here, not switched off in a file.
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
  },
  ts.configs.recommended,
  ts.configs.stylistic,
  vue.configs['flat/recommended'],
  accessibility.configs['flat/recommended'],
  {
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // Walking up a tree starts at `this`.
      '@typescript-eslint/no-this-alias': 'off',
      'no-console': 'error',
    },
  },
  {
    // Rules that need types cost minutes here. oxlint has them for all other files; it cannot read components.
    files: ['**/*.vue'],
    languageOptions: {
      parserOptions: {
        parser: ts.parser,
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      ...needTypes,
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-nullish-coalescing': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unnecessary-type-arguments': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      'no-undef': 'off',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-props-destructuring': 'off',
      'vue/multi-word-component-names': ['error', { ignores: ['App'] }],
      // What a guest, an image or a description says is text, never markup.
      'vue/no-v-html': 'error',
      'vue/require-default-prop': 'off',
      'vue/no-unused-refs': 'error',
      'vue/no-undef-components': ['error', { ignorePatterns: ['^U[A-Z]', 'RouterLink', 'RouterView'] }],
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
    },
  },
  {
    // Scripts, benches and configuration speak to a terminal.
    files: ['scripts/**', 'bench/**', 'e2e/**', '*.config.{js,ts}', 'main/index.ts', 'main/web/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.test.{ts,mjs}', 'e2e/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', sleepInStory],
      // Fixtures that need nothing are `async ({}, use)`, and fakes implement async methods at once.
      'no-empty-pattern': 'off',
      'vue/one-component-per-file': 'off',
    },
  },
  prettier,
)
