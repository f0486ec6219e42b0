import type { InstallScript, ScriptKind } from '@strata/contract/catalogue.ts'
import type { XmlElement } from 'node-libvirt/xml'

import { all, attribute, words, wordsOf } from './element-reading.ts'
import type { ScriptRecord } from './os-record.ts'

/** The one before the last part of a script's URI names its language: http://debian.org/debian/preseed/jeos */
const kinds: Readonly<Record<string, ScriptKind>> = {
  preseed: 'preseed',
  autoinstall: 'autoinstall',
  kickstart: 'kickstart',
  autoyast: 'autoyast',
  unattend: 'windows-unattend',
  sif: 'windows-sif',
}
const methods = ['initrd', 'cdrom', 'floppy', 'disk', 'web'] as const

/** Null: a script that is no answer file, as those that Windows runs after its installation. */
export function scriptRecordOf(element: XmlElement): ScriptRecord | null {
  const uri = attribute(element, 'id')
  const word = uri?.split('/').at(-2) ?? ''
  const kind = Object.hasOwn(kinds, word) ? kinds[word] : undefined
  const fileName = wordsOf(element, 'expected-filename')
  if (uri === null || kind === undefined || fileName === null || fileName.includes('/')) return null
  return {
    uri,
    kind,
    profile: wordsOf(element, 'profile') === 'desktop' ? 'desktop' : 'jeos',
    fileName,
    injectionMethods: methodsOf(element),
    needsInternet: wordsOf(element, 'needs-internet') === 'true',
    requiredAnswers: all(element, 'config').flatMap((config) =>
      all(config, 'param')
        .filter((param) => attribute(param, 'policy') === 'required')
        .flatMap((param) => attribute(param, 'name') ?? []),
    ),
  }
}

function methodsOf(element: XmlElement): InstallScript['injectionMethods'] {
  const named = new Set(all(element, 'injection-method').map((each) => words(each)))
  return methods.filter((method) => named.has(method))
}
