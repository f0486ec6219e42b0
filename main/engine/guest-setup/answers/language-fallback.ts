/** An installer has to be told something, even where the set-up leaves it to the system. */
export const fallback = { locale: 'en_US.UTF-8', keyboard: 'us', timeZone: 'UTC' } as const
