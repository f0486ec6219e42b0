import { stringify } from 'yaml'

import { networkOf } from '../cloud-init/network-config.ts'
import type { AnswerInput, AnswerPlan } from './answer-plan.ts'
import { bootCandidates } from './boot-candidates.ts'
import { finishScript } from './finish-script.ts'
import { fallback } from './language-fallback.ts'
import { textFile } from './text-file.ts'

/**
 * Ubuntu's installer since 20.04: cloud-init in the live system reads a CD labelled `cidata` and finds the answers in
 * it. Without `autoinstall` on the kernel's command line it would ask whether the disk may be overwritten.
 */
export function autoinstallPlan(input: AnswerInput): AnswerPlan {
  const { machine } = input.facts
  return {
    kind: 'autoinstall',
    disc: {
      volumeId: 'cidata',
      files: [
        textFile(
          'user-data',
          `#cloud-config\n${stringify({ autoinstall: autoinstall(input) }, { version: '1.1', lineWidth: 0 })}`,
        ),
        textFile('meta-data', stringify({ 'instance-id': machine.uuid })),
      ],
    },
    boot: {
      candidates: bootCandidates(input.facts, [
        { kernel: '/casper/vmlinuz', initrd: '/casper/initrd' },
        { kernel: '/casper/vmlinuz', initrd: '/casper/initrd.lz' },
        { kernel: '/casper/hwe-vmlinuz', initrd: '/casper/hwe-initrd' },
      ]),
      injected: [],
      commandLine: 'autoinstall',
    },
    atEnd: 'powers-off',
    leavesOut: [],
  }
}

function autoinstall({ setup, facts, hostName, passwordHash }: AnswerInput): object {
  const network = networkOf(setup.network, facts.macAddress)
  const script = Buffer.from(finishScript({ ...setup, sshKeys: [] })).toString('base64') // the installer knows of keys
  return {
    version: 1,
    locale: setup.locale || fallback.locale,
    keyboard: { layout: setup.keyboard || fallback.keyboard },
    timezone: setup.timeZone || fallback.timeZone,
    ...(network === null ? {} : { network }),
    ...(facts.mirror === null
      ? {}
      : { apt: { primary: [{ arches: ['default'], uri: `http://${facts.mirror.host}${facts.mirror.path}` }] } }),
    identity: { hostname: hostName, username: setup.userName, realname: setup.userName, password: passwordHash },
    ssh: { 'install-server': true, 'authorized-keys': setup.sshKeys, 'allow-pw': setup.password !== null },
    storage: { layout: { name: 'direct', match: { path: facts.diskDevice } } },
    packages: setup.packages,
    updates: 'security',
    // A late command that fails ends the whole installation.
    'late-commands': [
      `echo ${script} | base64 -d > /target/root/strata-finish`,
      'curtin in-target --target=/target -- sh /root/strata-finish > /target/var/log/strata-finish.log 2>&1 || true',
      'rm -f /target/root/strata-finish',
    ],
    shutdown: 'poweroff',
  }
}
