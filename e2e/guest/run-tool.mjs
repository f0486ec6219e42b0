import { execFileSync } from 'node:child_process'

/**
 * Runs a program to its end and gives its output; what it says on stderr is part of the error.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, input?: string | Buffer }} [options]
 */
export function runTool(program, args, options = {}) {
  // Debian keeps mke2fs and its like where ordinary users do not look.
  const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
  return execFileSync(program, args, {
    ...options,
    env: { ...process.env, PATH, LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  })
}
