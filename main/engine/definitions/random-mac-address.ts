import { randomBytes } from 'node:crypto'

/** In the range that QEMU's own addresses come from. */
export function randomMacAddress(): string {
  return ['52', '54', '00', ...[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0'))].join(':')
}
