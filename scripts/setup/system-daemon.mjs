import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { runCommand } from './command.mjs'
import { ExpectedFailure } from './failure.mjs'

const sockets = ['/run/libvirt/libvirt-sock', '/run/libvirt/virtqemud-sock']

/** @param {string} path */
function answers(path) {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket.destroy() === socket))
    socket.once('error', () => resolve(false))
  })
}

async function daemonAnswers() {
  for (const path of sockets) if (await answers(path)) return true
  return false
}

/**
 * Root has no session daemon: the system's must run. Ordinary users need nothing here, as opening a session
 * connection starts their own daemon.
 * @param {import('./progress.mjs').Progress} progress
 */
export async function ensureSystemDaemon(progress) {
  if (process.getuid?.() !== 0 || (await daemonAnswers())) return
  const commands = existsSync('/run/systemd/system')
    ? [['systemctl', 'start', 'libvirtd']]
    : [
        ['virtlogd', '--daemon'],
        ['libvirtd', '--daemon'],
      ]
  const shown = commands.map((words) => words.join(' ')).join(' && ')
  progress.line('No libvirt daemon answers on /run/libvirt/libvirt-sock; it is started and goes on running:')
  progress.line(`  ${shown}`)
  await progress.step('libvirt daemon', async () => {
    for (const [program = '', ...args] of commands) {
      const { code, output } = await runCommand(program, args)
      // virtlogd may be running already, and says so by failing; what counts is the socket below.
      if (code !== 0 && program !== 'virtlogd') throw notStarted(shown, output)
    }
    const deadlineMs = Date.now() + 15_000
    while (!(await daemonAnswers())) {
      if (Date.now() > deadlineMs) throw notStarted(shown, 'It was started, and its socket did not answer within 15 s.')
      await delay(100)
    }
  })
}

/**
 * @param {string} shown
 * @param {string} output
 */
function notStarted(shown, output) {
  return new ExpectedFailure('The libvirt daemon could not be started.', {
    output,
    next: `Run ${shown} yourself and look at what it says; or start Strata as an ordinary user, who has a daemon of their own.`,
  })
}
