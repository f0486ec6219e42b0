import { environmentTable, fileEndings, optionTable } from './option-table.ts'

const WIDTH = 24

/** How the program is called, in one line. */
export const usage = 'strata [OPTION …] [FILE]'

/** An option as it is typed: `-c, --connect URI`. */
export function spelling(option: (typeof optionTable)[number]): string {
  const short = 'short' in option ? `-${option.short}, ` : ''
  return `${short}--${option.name}${'value' in option ? ` ${option.value}` : ''}`
}

export const filesSentence = `FILE is what a new machine is made from: ${fileEndings.join(' ')}`

/** What `strata --help` prints. */
export function helpText(): string {
  return [
    `Usage: ${usage}`,
    'Virtual machines on libvirt and QEMU, in a window.',
    '',
    ...lines(optionTable.map((option) => [spelling(option), option.sentence])),
    '',
    filesSentence,
    'A second start brings the window of the first to the front and gives it what is asked here.',
    '',
    'Environment:',
    ...lines(environmentTable.map(({ name, sentence }) => [name, sentence])),
  ].join('\n')
}

const lines = (rows: readonly (readonly [string, string])[]) =>
  rows.map(
    ([left, right]) => `  ${left.padEnd(WIDTH - 2)}${left.length > WIDTH - 4 ? `\n${' '.repeat(WIDTH)}` : ''}${right}`,
  )
