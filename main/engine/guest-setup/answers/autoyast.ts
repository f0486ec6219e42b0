import type { GuestSetup } from '@strata/contract/guest-setup.ts'

import { networkParts } from '../guest-address.ts'
import type { AnswerInput, AnswerPlan } from './answer-plan.ts'
import { bootCandidates } from './boot-candidates.ts'
import { finishScript } from './finish-script.ts'
import { fallback } from './language-fallback.ts'
import { textFile, xmlText } from './text-file.ts'

/**
 * YaST, the installer of SUSE's systems until Leap 15. Its menu starts the disk unless somebody chooses, so the medium's
 * own kernel is started and told by which label its answers are found.
 */
export function autoyastPlan(input: AnswerInput): AnswerPlan {
  const { architecture } = input.facts
  return {
    kind: 'autoyast',
    disc: { volumeId: 'OEMDRV', files: [textFile('autoinst.xml', autoyast(input))] },
    boot: {
      candidates: bootCandidates(input.facts, [
        { kernel: `/boot/${architecture}/loader/linux`, initrd: `/boot/${architecture}/loader/initrd` },
        { kernel: `/boot/${architecture}/linux`, initrd: `/boot/${architecture}/initrd` },
      ]),
      injected: [],
      commandLine: 'install=cd:/ autoyast=label://OEMDRV/autoinst.xml',
    },
    atEnd: 'powers-off',
    leavesOut: [],
  }
}

/** YaST's own words for layouts; others than these are set by hand later. */
const keymaps: Readonly<Record<string, string | undefined>> = {
  us: 'english-us',
  gb: 'english-uk',
  de: 'german',
  fr: 'french',
  es: 'spanish',
  it: 'italian',
  pt: 'portugese',
  br: 'portugese-br',
  nl: 'dutch',
  be: 'french-be',
  dk: 'danish',
  no: 'norwegian',
  se: 'swedish',
  fi: 'finnish',
  pl: 'polish',
  cz: 'czech',
  sk: 'slovak',
  hu: 'hungarian',
  ru: 'russian',
  gr: 'greek',
  tr: 'turkish',
  jp: 'japanese',
  kr: 'korean',
  ch: 'german-ch',
}

const yes = (name: string) => `<${name} config:type="boolean">true</${name}>`
const no = (name: string) => `<${name} config:type="boolean">false</${name}>`
const tag = (name: string, text: string) => `<${name}>${xmlText(text)}</${name}>`
const list = (name: string, item: string, texts: readonly string[]) =>
  `<${name} config:type="list">${texts.map((text) => tag(item, text)).join('')}</${name}>`

/** The text of autoinst.xml. */
export function autoyast({ setup, facts, hostName, passwordHash }: AnswerInput): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE profile>
<profile xmlns="http://www.suse.com/1.0/yast2ns" xmlns:config="http://www.suse.com/1.0/configns">
  <general><mode>${no('confirm')}${yes('halt')}${no('second_stage')}</mode></general>
  <language>${tag('language', (setup.locale || fallback.locale).replace(/\..*/, ''))}</language>
  <keyboard>${tag('keymap', keymaps[setup.keyboard] ?? 'english-us')}</keyboard>
  <timezone>${tag('hwclock', 'UTC')}${tag('timezone', setup.timeZone || fallback.timeZone)}</timezone>
  <networking>
    ${no('keep_install_network')}
    <dns>${no('dhcp_hostname')}${tag('hostname', hostName)}${nameServers(setup)}</dns>
    <interfaces config:type="list"><interface>${card(setup)}</interface></interfaces>
    ${route(setup)}
  </networking>
  <partitioning config:type="list">
    <drive>${tag('device', facts.diskDevice)}${yes('initialize')}${tag('use', 'all')}<type config:type="symbol">CT_DISK</type></drive>
  </partitioning>
  <users config:type="list">
    <user>${tag('username', 'root')}${yes('encrypted')}${tag('user_password', '!')}</user>
    <user>${tag('username', setup.userName)}${yes('encrypted')}${tag('user_password', passwordHash)}</user>
  </users>
  <software>
    ${list('patterns', 'pattern', ['base'])}
    ${list('packages', 'package', ['sudo', 'openssh', ...setup.packages])}
  </software>
  <firewall>${yes('enable_firewall')}<zones config:type="list"><zone>${tag('name', 'public')}${list('services', 'service', ['ssh', 'dhcpv6-client'])}</zone></zones></firewall>
  <scripts>
    <chroot-scripts config:type="list">
      <script>${yes('chrooted')}${tag('filename', 'strata-finish.sh')}${tag('interpreter', 'shell')}${tag('source', finish(setup))}</script>
    </chroot-scripts>
  </scripts>
</profile>
`
}

/** SUSE's sudo asks for root's password, and there is none. */
function finish(setup: GuestSetup): string {
  const rule = `Defaults:${setup.userName} !targetpw\n${setup.userName} ALL=(ALL) ALL\n`
  const enabled = { ...setup, services: ['sshd', ...setup.services] }
  return finishScript({
    ...enabled,
    runCommands: [`printf '%s' '${rule}' > /etc/sudoers.d/${setup.userName}`, ...setup.runCommands],
  })
}

function card({ network }: GuestSetup): string {
  const common = tag('device', 'eth0') + tag('startmode', 'auto')
  if (network.kind === 'dhcp') return common + tag('bootproto', 'dhcp')
  const { address, prefixLength } = networkParts(network.address)
  return common + tag('bootproto', 'static') + tag('ipaddr', address) + tag('prefixlen', String(prefixLength))
}

function nameServers({ network }: GuestSetup): string {
  return network.kind === 'dhcp' ? '' : list('nameservers', 'nameserver', network.nameServers)
}

function route({ network }: GuestSetup): string {
  if (network.kind === 'dhcp' || network.gateway === null) return ''
  const way = tag('destination', 'default') + tag('gateway', network.gateway) + tag('device', 'eth0')
  return `<routing><routes config:type="list"><route>${way}</route></routes></routing>`
}
