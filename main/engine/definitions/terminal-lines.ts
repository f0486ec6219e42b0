import { commandLine } from './quoted.ts'

/** A line for a terminal that reaches the same daemon as Strata does: without --connect it may be another one. */
export const virsh = (uri: string, ...words: readonly string[]) => commandLine('virsh', '--connect', uri, ...words)

export const virtXml = (uri: string, ...words: readonly string[]) => commandLine('virt-xml', '--connect', uri, ...words)
