import type { GuestSetup } from '@strata/contract/guest-setup.ts'

import { hostNameOf } from '../guest-names.ts'
import { hashPassword } from '../sha-crypt.ts'
import type { AnswerFacts, AnswerInput, AnswerKind, AnswerPlan } from './answer-plan.ts'
import { autoinstallPlan } from './autoinstall.ts'
import { autoyastPlan } from './autoyast.ts'
import { kickstartPlan } from './kickstart.ts'
import { preseedPlan } from './preseed.ts'
import { unattendPlan } from './unattend.ts'

/** In /etc/shadow: no password fits. */
const locked = '!'

const plans: Readonly<Record<AnswerKind, (input: AnswerInput) => AnswerPlan>> = {
  preseed: preseedPlan,
  autoinstall: autoinstallPlan,
  kickstart: kickstartPlan,
  autoyast: autoyastPlan,
  unattend: unattendPlan,
}

/**
 * How a system installs itself as the set-up says; null: its installer takes no answers. The files hold the password,
 * as a hash where the format takes one: write them where only the machine reads them, and take them away at the end.
 */
export function planAnswers(facts: AnswerFacts, setup: GuestSetup): AnswerPlan | null {
  const kind = answerKind(facts.osId, facts.volumeLabel)
  if (kind === null) return null
  return plans[kind]({
    setup,
    facts,
    hostName: hostNameOf(setup.hostName, facts.machine.name),
    passwordHash: setup.password === null ? locked : hashPassword(setup.password),
  })
}

/** As osinfo's short names begin; the longer of two before the shorter. */
const families = [
  'debian',
  'ubuntu',
  'fedora',
  'rhel',
  'centos',
  'rocky',
  'almalinux',
  'ol',
  'opensuse',
  'sle',
  'win2k',
  'win',
] as const

/**
 * Which answers an installer reads, by osinfo's short name of its system, and by the medium's label where one system
 * has installers of two kinds; null: none.
 */
export function answerKind(osId: string, volumeLabel: string | null): AnswerKind | null {
  const family = families.find((name) => osId.startsWith(name))
  const version = Number.parseFloat(/[\d.]+/.exec(osId)?.[0] ?? '') // NaN: a rolling release, newer than any number
  const isLive = /live|desktop|workstation/i.test(volumeLabel ?? '')
  switch (family) {
    case 'debian':
      return isLive ? null : 'preseed'
    case 'ubuntu':
      return ubuntuKind(version, volumeLabel)
    case 'fedora':
      return isLive || version < 19 ? null : 'kickstart'
    case 'rhel':
    case 'centos':
    case 'rocky':
    case 'almalinux':
    case 'ol':
      return isLive || version < 7 ? null : 'kickstart'
    case 'opensuse':
    case 'sle':
      return isLive || version < 12 || (version >= 16 && version < 40) ? null : 'autoyast' // Leap 42 came before 15
    case 'win2k':
      return 'unattend'
    case 'win':
      return version >= 7 ? 'unattend' : null
    case undefined:
      return null
  }
}

/** Server media since 20.04, desktop media since 23.10; older ones are Debian's installer, or the desktop's own. */
function ubuntuKind(version: number, volumeLabel: string | null): AnswerKind | null {
  const isServer = volumeLabel === null || /server/i.test(volumeLabel)
  if (version >= 23.1 || Number.isNaN(version)) return 'autoinstall'
  if (!isServer) return null
  return version >= 20.04 ? 'autoinstall' : 'preseed'
}
