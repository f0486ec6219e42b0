import type { GuestSetup } from '@strata/contract/guest-setup.ts'

import { networkParts } from '../guest-address.ts'
import type { AnswerInput, AnswerPlan } from './answer-plan.ts'
import { bootCandidates } from './boot-candidates.ts'
import { finishScript } from './finish-script.ts'
import { fallback } from './language-fallback.ts'
import { oneLine } from './one-line.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

/**
 * Debian's installer, and Ubuntu's until 18.04: answers inside the initrd are read before the first question, so the
 * medium's own kernel is started with them. `priority=critical` keeps what is left from being asked; the other two keep
 * the screen in text mode, which is quick to draw and can be read. Not `auto`: it is for answers that come by the network
 * and puts language and keyboard off until then, so that with answers in the initrd neither is ever set.
 */
export function preseedPlan(input: AnswerInput): AnswerPlan {
  return {
    kind: 'preseed',
    disc: null,
    boot: {
      candidates: bootCandidates(input.facts, [
        { kernel: '/install.amd/vmlinuz', initrd: '/install.amd/initrd.gz' },
        { kernel: '/install.a64/vmlinuz', initrd: '/install.a64/initrd.gz' },
        { kernel: '/install.386/vmlinuz', initrd: '/install.386/initrd.gz' },
        { kernel: '/install/vmlinuz', initrd: '/install/initrd.gz' },
        {
          kernel: '/install/netboot/ubuntu-installer/amd64/linux',
          initrd: '/install/netboot/ubuntu-installer/amd64/initrd.gz',
        },
        { kernel: '/linux', initrd: '/initrd.gz' },
      ]),
      injected: [
        { path: 'preseed.cfg', content: bytes(preseed(input)) },
        { path: 'strata/finish', content: bytes(finishScript(input.setup)), mode: 0o700 },
      ],
      commandLine: 'priority=critical nomodeset fb=false',
    },
    atEnd: 'powers-off',
    leavesOut: [],
  }
}

/** The text of preseed.cfg. A line is an owner, a question, its type, and the answer to the end of the line. */
export function preseed({ setup, facts, hostName, passwordHash }: AnswerInput): string {
  const disk = facts.diskDevice
  return lines([
    ['# Locale, keyboard, clock'],
    ['debian-installer/locale', 'string', setup.locale || fallback.locale],
    ['keyboard-configuration/xkb-keymap', 'select', setup.keyboard || fallback.keyboard],
    ['time/zone', 'string', setup.timeZone || fallback.timeZone],
    ['clock-setup/utc', 'boolean', 'true'],
    ['clock-setup/ntp', 'boolean', 'true'],
    ['# Network'],
    ['netcfg/choose_interface', 'select', 'auto'],
    ['netcfg/hostname', 'string', hostName],
    ['netcfg/get_hostname', 'string', hostName],
    ['netcfg/get_domain', 'string', ''],
    ['netcfg/wireless_wep', 'string', ''],
    ['hw-detect/load_firmware', 'boolean', 'false'],
    ...network(setup),
    ['# Where packages come from: the medium, and the mirror for what it lacks'],
    ...mirror(facts.mirror),
    ['apt-setup/cdrom/set-first', 'boolean', 'false'],
    ['apt-setup/cdrom/set-next', 'boolean', 'false'],
    ['apt-setup/cdrom/set-failed', 'boolean', 'false'],
    ['apt-setup/disable-cdrom-entries', 'boolean', 'true'],
    ['apt-setup/use_mirror', 'boolean', 'true'],
    ['# Accounts: root cannot sign in, the first user may use sudo'],
    ['passwd/root-login', 'boolean', 'false'],
    ['passwd/make-user', 'boolean', 'true'],
    ['passwd/user-fullname', 'string', setup.userName],
    ['passwd/username', 'string', setup.userName],
    ['passwd/user-password-crypted', 'password', passwordHash],
    ['# The one disk, whole'],
    ['partman-auto/disk', 'string', disk],
    ['partman-auto/method', 'string', 'regular'],
    ['partman-auto/choose_recipe', 'select', 'atomic'],
    ['partman-auto-lvm/no_boot', 'boolean', 'true'],
    ['partman-lvm/device_remove_lvm', 'boolean', 'true'],
    ['partman-md/device_remove_md', 'boolean', 'true'],
    ['partman-lvm/confirm', 'boolean', 'true'],
    ['partman-partitioning/confirm_write_new_label', 'boolean', 'true'],
    ['partman-efi/non_efi_system', 'boolean', 'true'],
    ['partman/choose_partition', 'select', 'finish'],
    ['partman/confirm', 'boolean', 'true'],
    ['partman/confirm_nooverwrite', 'boolean', 'true'],
    ['# Packages'],
    ['pkgsel/include', 'string', ['sudo', 'openssh-server', ...setup.packages].join(' ')],
    ['pkgsel/upgrade', 'select', 'safe-upgrade'],
    ['pkgsel/update-policy', 'select', 'none'],
    ['# Boot loader'],
    ['grub-installer/only_debian', 'boolean', 'true'],
    ['grub-installer/with_other_os', 'boolean', 'true'],
    ['grub-installer/bootdev', 'string', disk],
    ['grub-installer/force-efi-extra-removable', 'boolean', 'true'],
    ['# The end: keys, services and commands, then off'],
    ['preseed/late_command', 'string', finishCommand],
    ['cdrom-detect/eject', 'boolean', 'false'],
    ['finish-install/keep-consoles', 'boolean', 'false'],
    ['finish-install/reboot_in_progress', 'note', ''],
    ['debian-installer/exit/poweroff', 'boolean', 'true'],
  ])
    .concat('tasksel tasksel/first multiselect\n')
    .concat('popularity-contest popularity-contest/participate boolean false\n')
}

/** The script lies in the installer's own memory, where the initrd put it; what it says is kept in the new system. */
const finishCommand =
  'cp /strata/finish /target/root/strata-finish; ' +
  'in-target sh /root/strata-finish > /target/var/log/strata-finish.log 2>&1 || true; ' +
  'rm -f /target/root/strata-finish'

type Line = readonly [comment: string] | readonly [question: string, type: string, answer: string]

function lines(all: readonly Line[]): string {
  return all
    .map((line) =>
      line.length === 1 ? `${line[0]}\n` : `d-i ${line[0]} ${line[1]} ${oneLine(line[2])}`.trimEnd() + '\n',
    )
    .join('')
}

function network({ network: wanted }: GuestSetup): Line[] {
  if (wanted.kind === 'dhcp')
    return [
      // It asks for what DHCP did not tell, and whether to go on where nobody answered.
      ['netcfg/get_nameservers', 'string', ''],
      ['netcfg/dhcp_failed', 'note', ''],
      ['netcfg/dhcp_options', 'select', 'Do not configure the network at this time'],
    ]
  const { address, prefixLength, isIpv6, netmask } = networkParts(wanted.address)
  return [
    ['netcfg/disable_autoconfig', 'boolean', 'true'],
    ['netcfg/get_ipaddress', 'string', isIpv6 ? `${address}/${prefixLength}` : address],
    ...(netmask === null ? [] : [['netcfg/get_netmask', 'string', netmask] as const]),
    ['netcfg/get_gateway', 'string', wanted.gateway ?? ''],
    ['netcfg/get_nameservers', 'string', wanted.nameServers.join(' ')],
    ['netcfg/confirm_static', 'boolean', 'true'],
  ]
}

function mirror(from: AnswerInput['facts']['mirror']): Line[] {
  return [
    ['mirror/country', 'string', 'manual'],
    ['mirror/protocol', 'string', 'http'],
    ['mirror/http/hostname', 'string', from?.host ?? 'deb.debian.org'],
    ['mirror/http/directory', 'string', from?.path ?? '/debian'],
    ['mirror/http/proxy', 'string', ''],
    ['apt-setup/security_host', 'string', from?.host ?? 'security.debian.org'],
    ['apt-setup/security_path', 'string', from?.securityPath ?? '/debian-security'],
    ['apt-setup/services-select', 'multiselect', 'security, updates'],
  ]
}
