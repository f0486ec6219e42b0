import { randomInt } from 'node:crypto'

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789'

/** VNC looks at the first eight characters only. */
export const randomScreenPassword = () => Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')
