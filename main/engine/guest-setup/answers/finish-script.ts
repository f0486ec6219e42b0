import type { GuestSetup } from '@strata/contract/guest-setup.ts'

/** Makes one word of a POSIX shell out of any text. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/**
 * What an installer cannot be told by its answers, as a script that runs as root inside the installed system:
 * keys, services, commands. One that fails is written to its output, and the next is run all the same: an
 * installation of an hour must not stand still over it.
 */
export function finishScript({ userName, sshKeys, services, runCommands }: GuestSetup): string {
  const user = shellWord(userName)
  const keys = [
    `home=$(getent passwd ${user} | cut -d: -f6)`,
    `group=$(id -gn ${user})`,
    `install -d -m 0700 -o ${user} -g "$group" "$home/.ssh"`,
    `printf '%s\\n' ${sshKeys.map(shellWord).join(' ')} > "$home/.ssh/authorized_keys"`,
    `chown ${user}:"$group" "$home/.ssh/authorized_keys"`,
    `chmod 0600 "$home/.ssh/authorized_keys"`,
  ]
  return [
    '#!/bin/sh',
    ...(sshKeys.length > 0 ? keys : []),
    ...services.map((service) => `systemctl enable ${shellWord(service)}`),
    ...runCommands.map((command) => `sh -c ${shellWord(command)}`),
    'exit 0',
    '',
  ].join('\n')
}
