/** The user who became root by sudo or pkexec to start this; null: nobody, or this does not run as root. */
export function userBehindRoot(env: NodeJS.ProcessEnv, ownUid: number | undefined): number | null {
  if (ownUid !== 0) return null
  const named = [env['SUDO_UID'], env['PKEXEC_UID']].find((value) => value !== undefined && /^\d{1,10}$/.test(value))
  const uid = Number(named ?? 0)
  return uid === 0 ? null : uid
}

/** Who may connect: the user whose Strata this is, and root, who can read their secrets anyway. */
export function usersWhoMayConnect(env: NodeJS.ProcessEnv, ownUid: number | undefined): ReadonlySet<number> {
  const behind = userBehindRoot(env, ownUid)
  return new Set([0, ...(ownUid === undefined ? [] : [ownUid]), ...(behind === null ? [] : [behind])])
}
