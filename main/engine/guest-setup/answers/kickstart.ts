import type { GuestSetup } from '@strata/contract/guest-setup.ts'

import { networkParts } from '../guest-address.ts'
import type { AnswerFacts, AnswerInput, AnswerPlan } from './answer-plan.ts'
import { bootCandidates } from './boot-candidates.ts'
import { finishScript } from './finish-script.ts'
import { fallback } from './language-fallback.ts'
import { oneLine } from './one-line.ts'
import { textFile } from './text-file.ts'

/**
 * Anaconda, the installer of Fedora and of Red Hat's family. It reads ks.cfg from a CD labelled OEMDRV by itself; its
 * own kernel is started so that the medium's menu does not first spend minutes on testing the medium.
 */
export function kickstartPlan(input: AnswerInput): AnswerPlan {
  const label = input.facts.volumeLabel
  // The second stage of the installer is on the medium, which the kernel's parameters name by its label.
  const stage = label === null ? 'inst.repo=cdrom' : `inst.stage2=hd:LABEL=${label.replaceAll(' ', String.raw`\x20`)}`
  return {
    kind: 'kickstart',
    disc: { volumeId: 'OEMDRV', files: [textFile('ks.cfg', kickstart(input))] },
    boot: {
      candidates: bootCandidates(input.facts, [
        { kernel: '/images/pxeboot/vmlinuz', initrd: '/images/pxeboot/initrd.img' },
        { kernel: '/isolinux/vmlinuz', initrd: '/isolinux/initrd.img' },
      ]),
      injected: [],
      commandLine: `${stage} inst.ks=hd:LABEL=OEMDRV:/ks.cfg`,
    },
    atEnd: 'powers-off',
    leavesOut: [],
  }
}

/** The text of ks.cfg. */
export function kickstart({ setup, facts, hostName, passwordHash }: AnswerInput): string {
  const disk = facts.diskDevice.replace(/^\/dev\//, '')
  return [
    'text',
    `lang ${oneWord(setup.locale || fallback.locale)}`,
    `keyboard --xlayouts='${oneWord(setup.keyboard || fallback.keyboard)}'`,
    `timezone ${oneWord(setup.timeZone || fallback.timeZone)} --utc`,
    `network ${network(setup)} --device=link --activate --hostname=${hostName}`,
    ...repository(facts),
    'rootpw --lock',
    `user --name=${setup.userName} --groups=wheel --iscrypted --password=${passwordHash}`,
    `ignoredisk --only-use=${disk}`,
    'zerombr',
    `clearpart --all --initlabel --drives=${disk}`,
    `bootloader --boot-drive=${disk}`,
    'autopart --type=plain',
    'firewall --enabled --ssh',
    'firstboot --disable',
    'eula --agreed',
    'poweroff',
    '',
    // A name that this release does not know stops everything otherwise.
    '%packages --ignoremissing',
    '@core',
    'openssh-server',
    ...setup.packages.map(oneWord),
    '%end',
    '',
    '%post --log=/var/log/strata-finish.log',
    finishScript(setup),
    '%end',
    '',
  ].join('\n')
}

/** Nothing that ends a quotation, begins another option, or opens a section. */
const oneWord = (value: string) => oneLine(value).replace(/^[%-]+|['"\s]+/g, '')

function network({ network: wanted }: GuestSetup): string {
  if (wanted.kind === 'dhcp') return '--bootproto=dhcp'
  const { address, prefixLength, isIpv6, netmask } = networkParts(wanted.address)
  const gateway =
    wanted.gateway === null ? [] : [isIpv6 ? `--ipv6gateway=${wanted.gateway}` : `--gateway=${wanted.gateway}`]
  const servers = wanted.nameServers.length === 0 ? [] : [`--nameserver=${wanted.nameServers.join(',')}`]
  const own = isIpv6
    ? ['--noipv4', `--ipv6=${address}/${prefixLength}`]
    : ['--bootproto=static', `--ip=${address}`, `--netmask=${netmask ?? ''}`]
  return [...own, ...gateway, ...servers].join(' ')
}

/** Otherwise packages come from the medium, or from where the system's makers keep them. */
function repository({ mirror }: AnswerFacts): string[] {
  return mirror === null ? [] : [`url --url=http://${mirror.host}${mirror.path}`]
}
