// Who may import whom. The table is in docs/architecture.md; scripts/import-rules.test.mjs proves that each
// of these rules fires. Paths are relative to the repository's root, with aliases resolved.

const test = '\\.test\\.(ts|mjs)$'
// What is never shipped may reach for the daemons and fakes of other folders.
const unshipped = `${test}|/testing/`
const ours = '^(contract|node-libvirt|main|preload|renderer|e2e|bench|scripts)/'
const electronPackage = '(^|node_modules/)electron($|/)'

/**
 * One row of the table: files below `from` import, of our own sources, only what `may` matches.
 * @param {string} name
 * @param {string} comment
 * @param {string} from
 * @param {string} may
 */
const row = (name, comment, from, may) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: unshipped },
  to: { path: ours, pathNot: may },
})

/** The folders of the engine, from the ground up: each may use those of lower layers, values and types alike. */
const layers = [
  ['this-computer'],
  ['hosts', 'definitions', 'jobs', 'history', 'settings'],
  ['storage', 'networks', 'disk-images', 'console', 'monitoring', 'guest'],
  ['repairs', 'catalogue', 'images', 'guest-setup', 'machine-setup', 'snapshots', 'cross-section', 'imports'],
  ['machines', 'trash', 'readiness', 'doctor', 'create', 'files'],
  ['repair-acts', 'startup', 'renderer-files'],
]
/**
 * Which folders of its own layer a folder may use besides; the same table as in docs/architecture.md.
 * @type {Record<string, string[] | undefined>}
 */
const beside = {
  hosts: ['definitions'],
  'disk-images': ['storage'],
  imports: ['repairs'],
  machines: ['doctor'],
  trash: ['machines'],
  create: ['doctor', 'files', 'machines'],
}
/** What is no feature's own, and what puts the engine together. */
const togetherFiles = '(engine|engine-parts|router-errors)\\.ts$'

/** A rule for each folder of the engine. */
const layerRules = layers.flatMap((folders, at) =>
  folders.map((folder) => {
    const may = [folder, ...layers.slice(0, at).flat(), ...(beside[folder] ?? [])]
    return {
      name: 'engine-layers',
      comment: `main/engine/${folder} imports lower layers only: what two features need lies below both.`,
      severity: 'error',
      from: { path: `^main/engine/${folder}/`, pathNot: unshipped },
      to: { path: '^main/engine/[^/]+/', pathNot: `^main/engine/(${may.join('|')})/` },
    }
  }),
)

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'engine-layers',
      comment: 'A folder of the engine that stands in no layer: give it a place in the table.',
      severity: 'error',
      from: { path: `^main/engine/(?!(?:${layers.flat().join('|')}|testing)/)[^/]+/`, pathNot: unshipped },
      to: { path: '.' },
    },
    {
      name: 'engine-layers',
      comment: 'Files beside the folders are the ground of all of them.',
      severity: 'error',
      from: { path: '^main/engine/[^/]+\\.ts$', pathNot: `${unshipped}|^main/engine/${togetherFiles}` },
      to: { path: '^main/engine/[^/]+/' },
    },
    row(
      'contract-alone',
      'The contract is read on both sides: it imports nothing of ours.',
      '^contract/',
      '^contract/',
    ),
    {
      name: 'contract-packages',
      comment: 'The contract needs zod and oRPC’s contract package, nothing else.',
      severity: 'error',
      from: { path: '^contract/', pathNot: unshipped },
      to: {
        dependencyTypesNot: ['local', 'localmodule', 'aliased'],
        pathNot: '(^|node_modules/)(zod|@orpc/contract)($|/)',
      },
    },
    row('node-libvirt-alone', 'node-libvirt knows nothing of Strata.', '^node-libvirt/', '^node-libvirt/'),
    {
      name: 'node-libvirt-packages',
      comment: 'node-libvirt uses Node’s own modules and, for XML, one parser.',
      severity: 'error',
      from: { path: '^node-libvirt/src/', pathNot: unshipped },
      to: {
        dependencyTypesNot: ['core', 'local', 'localmodule', 'aliased'],
        pathNot: '(^|node_modules/)@xmldom/xmldom($|/)',
      },
    },
    {
      name: 'xml-runs-in-browsers',
      comment: 'The XML layer runs in the renderer too, so it imports nothing of Node.',
      severity: 'error',
      from: { path: '^node-libvirt/src/xml/', pathNot: unshipped },
      to: { dependencyTypes: ['core'] },
    },
    row(
      'engine-below-shells',
      'The engine imports the contract and node-libvirt, by their public entries.',
      '^main/engine/',
      '^(main/engine/|contract/|node-libvirt/src/index\\.ts$|node-libvirt/src/xml/index\\.ts$)',
    ),
    row(
      'web-shell',
      'The web shell imports the engine and the contract.',
      '^main/web/',
      '^(main/web/|main/engine/|contract/)',
    ),
    row(
      'electron-shell',
      'The Electron shell imports the engine and the contract.',
      '^main/electron/',
      '^(main/electron/|main/engine/|contract/)',
    ),
    row('boot-file', 'The boot file chooses a shell.', '^main/[^/]+\\.ts$', '^(main/|contract/)'),
    row(
      'preload-hands-over',
      'The preload hands a port over: it imports the contract at most.',
      '^preload/',
      '^(preload/|contract/)',
    ),
    row(
      'renderer-speaks-contract',
      'The renderer imports the contract, and node-libvirt’s XML layer for the XML editor.',
      '^renderer/',
      '^(renderer/|contract/|node-libvirt/src/xml/index\\.ts$)',
    ),
    {
      name: 'renderer-without-node',
      comment: 'The renderer is sandboxed: no module of Node is there at run time.',
      severity: 'error',
      from: { path: '^(renderer|preload|contract)/', pathNot: unshipped },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'electron-in-its-shell',
      comment: 'Everything but the Electron shell and the preload runs under plain Node too.',
      severity: 'error',
      from: { path: ours, pathNot: '^(main/electron|preload)/' },
      to: { path: electronPackage },
    },
    {
      name: 'tests-are-leaves',
      comment: 'No source imports a test.',
      severity: 'error',
      from: { path: ours },
      to: { path: test },
    },
    {
      name: 'testing-stays-in-tests',
      comment: 'Fakes and daemons of the tests never reach what is shipped.',
      severity: 'error',
      from: { path: ours, pathNot: `${unshipped}|^(e2e|bench|scripts)/` },
      to: { path: '/testing/' },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle at run time makes the order of evaluation matter; types may refer to one another.',
      severity: 'error',
      from: { path: ours },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'Every import leads somewhere.',
      severity: 'error',
      from: { path: ours },
      to: {
        couldNotResolve: true,
        // Made by the component library's plugin, or by Vite.
        pathNot:
          '^(#build/|#imports|virtual:|@nuxt/ui/vue-plugin|@nuxt/ui/components|vite/client)|\\?(url|raw|inline|worker)$',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|release)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'types', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
