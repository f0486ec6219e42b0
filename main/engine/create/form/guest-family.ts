/** Systems by osinfo's short names: 'win11', 'win2k22'. */
export const isWindows = (osId: string | null | undefined): boolean => osId?.startsWith('win') ?? false

const windowsBeforeVista: ReadonlySet<string> = new Set([
  ...[
    'win95',
    'win98',
    'winme',
    'winnt3.1',
    'winnt3.5',
    'winnt3.51',
    'winnt4.0',
    'win1.0',
    'win2.0',
    'win2.1',
    'win3.1',
  ],
  ...['win2k', 'winxp', 'win2k3', 'win2k3r2'],
])
const windowsSinceVista: ReadonlySet<string> = new Set(['winvista', 'win2k8', 'win7', 'win2k8r2'])

/** Windows before 8 has no driver for USB 3 controllers. */
export const knowsUsb3 = (osId: string | null | undefined): boolean =>
  osId === null || osId === undefined || !(windowsBeforeVista.has(osId) || windowsSinceVista.has(osId))

/** Windows before Vista has no driver for SATA controllers. */
export const knowsSata = (osId: string | null | undefined): boolean =>
  osId === null || osId === undefined || !windowsBeforeVista.has(osId)
