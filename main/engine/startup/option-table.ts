/** What a word on the command line is followed by. */
interface OptionRow {
  /** Without its dashes. */
  readonly name: string
  readonly short?: string
  /** What follows it, in capitals as the manual writes it; absent: it stands alone. */
  readonly value?: string
  /** It may be said more than once. */
  readonly isRepeated?: true
  /** One sentence for whoever reads the help. */
  readonly sentence: string
}

/** Every option of the program: `--help`, the manual page and docs/options.md are made from this. */
export const optionTable = [
  { name: 'new', sentence: 'Open the page for a new machine.' },
  { name: 'open', value: 'MACHINE', sentence: 'Open the page of this machine, by its name or UUID.' },
  {
    name: 'connect',
    short: 'c',
    value: 'URI',
    isRepeated: true,
    sentence: 'Show the host of this libvirt address first; can be said more than once.',
  },
  { name: 'demo', sentence: 'Try everything on a made-up fleet, with nothing at stake; runs beside the real one.' },
  { name: 'demo-fleet', value: 'FLEET.xml', sentence: 'The same on a fleet of your own, for libvirt’s test driver.' },
  { name: 'no-window', sentence: 'Open no window; print the address for a browser instead.' },
  { name: 'port', value: 'N', sentence: 'Serve on this port of 127.0.0.1; a free one unless told.' },
  { name: 'address-file', value: 'PATH', sentence: 'Write the one-time address to this file, for scripts.' },
  { name: 'version', sentence: 'Print the version and end.' },
  { name: 'help', short: 'h', sentence: 'Print this and end.' },
] as const satisfies readonly OptionRow[]

export type OptionName = (typeof optionTable)[number]['name']

/** What may stand on the command line without dashes: one of these. */
export const fileEndings = [
  '.iso',
  '.img',
  '.raw',
  '.qcow2',
  '.qcow',
  '.vmdk',
  '.vdi',
  '.vhd',
  '.vhdx',
  '.ova',
  '.ovf',
  '.xml',
] as const

/** Every variable of the environment that Strata itself reads. */
export const environmentTable = [
  {
    name: 'LIBVIRT_DEFAULT_URI',
    sentence: 'The host of this libvirt address is shown first, as with --connect; libvirt’s own tools read it too.',
  },
  { name: 'STRATA_BROWSER', sentence: 'The browser that shows the window, a name or a path.' },
  { name: 'STRATA_HOSTS', sentence: 'Hosts in place of the usual ones, as a JSON list of id, label, uri and kind.' },
  {
    name: 'STRATA_IMAGE_CATALOGUE',
    sentence: 'Address or path of a catalogue of cloud images in place of Strata’s own.',
  },
  { name: 'XDG_CONFIG_HOME', sentence: 'Where the settings are kept, in strata/; ~/.config unless told.' },
  { name: 'XDG_DATA_HOME', sentence: 'Where histories, trash and journals are kept, in strata/; ~/.local/share.' },
  { name: 'XDG_CACHE_HOME', sentence: 'Where downloads and the window’s profile are kept, in strata/; ~/.cache.' },
  { name: 'XDG_STATE_HOME', sentence: 'Where the log is kept, in strata/; ~/.local/state.' },
] as const
