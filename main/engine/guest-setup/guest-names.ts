const longestHostName = 63

/** What a machine's name becomes as a host name: “Web server (old)” is web-server-old; null: nothing is left of it. */
export function hostNameFrom(machineName: string): string | null {
  const letters = machineName
    .normalize('NFD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longestHostName)
    .replace(/^-+|-+$/g, '')
  return letters === '' ? null : letters
}

/** The host name of a set-up: its own, else its machine's. */
export function hostNameOf(hostName: string | null, machineName: string): string {
  return hostName ?? hostNameFrom(machineName) ?? 'localhost'
}
