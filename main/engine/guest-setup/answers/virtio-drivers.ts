import type { AnswerFacts } from './answer-plan.ts'

/** How the drivers' CD names the releases of Windows. */
const releases: Readonly<Record<string, string | undefined>> = {
  win7: 'w7',
  'win8.1': 'w8.1',
  win10: 'w10',
  win11: 'w11',
  win2k12r2: '2k12R2',
  win2k16: '2k16',
  win2k19: '2k19',
  win2k22: '2k22',
  win2k25: '2k25',
}

const architectures: Readonly<Record<string, string | undefined>> = { x86_64: 'amd64', aarch64: 'ARM64', i686: 'x86' }
const drivers = ['viostor', 'vioscsi', 'NetKVM', 'vioserial', 'Balloon', 'viorng', 'qxldod', 'viogpudo']
/** D: is most often the installation medium; which letter the drivers get depends on how many drives there are. */
const driveLetters = ['E', 'F', 'D', 'G']

/** Folders that Setup takes drivers from; one that does not exist is passed over. */
export function driverFolders({ osId, architecture }: AnswerFacts): string[] {
  const release = releases[osId] ?? 'w11'
  const machine = architectures[architecture] ?? 'amd64'
  return driveLetters.flatMap((letter) => drivers.map((driver) => `${letter}:\\${driver}\\${release}\\${machine}`))
}
