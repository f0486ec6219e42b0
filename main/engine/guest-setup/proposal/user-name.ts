/** Accounts that a system makes for itself: an installer refuses them, or a person would share one with a service. */
const reserved = new Set(
  (
    'root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody _apt sshd ' +
    'messagebus polkitd operator halt shutdown ftp dbus chrony rpc tss administrator guest defaultaccount system'
  ).split(' '),
)

export function isReservedUserName(name: string): boolean {
  return reserved.has(name) || name.startsWith('systemd-')
}

/** A login name as a guest takes it: “Ada.L” is ada-l. Root, and what leaves nothing behind, is 'admin'. */
export function userNameFrom(login: string): string {
  const name = login
    .normalize('NFD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z_]+|-+$/g, '')
    .slice(0, 32)
  return name === '' || isReservedUserName(name) ? 'admin' : name
}
