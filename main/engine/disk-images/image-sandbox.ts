import { runProgram } from '../this-computer/run-program.ts'
import { findProgram } from '../this-computer/find-program.ts'

/*
 * What reads a stranger's image sees nothing but the program itself: no file of this computer, no network, no other
 * process. The image's files, and the one that is written, are handed in as open files, and those are all that it has.
 */

/** Programs and what they are linked with; read-only, and there on every computer. */
const systemFolders = ['/usr', '/bin', '/lib', '/lib64', '/nix/store', '/gnu/store']
const systemFiles = ['/etc/ld.so.cache', '/etc/alternatives']
const trialPatienceMs = 10_000

function sandboxWords(isRoot: boolean): string[] {
  const seen = [...systemFolders, ...systemFiles].flatMap((path) => ['--ro-bind-try', path, path])
  return [
    ...['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
    // An ordinary user becomes nobody in there, and still opens what was handed in. Root cannot give up being root: a
    // volume belongs to QEMU's user or to nobody that is known, and is to be written all the same. It keeps that one
    // right, over files, of which there are none in there but the ones handed in.
    ...(isRoot
      ? ['--cap-drop', 'ALL', '--cap-add', 'CAP_DAC_OVERRIDE']
      : ['--unshare-user', '--uid', '65534', '--gid', '65534', '--cap-drop', 'ALL']),
    ...['--die-with-parent', '--new-session', '--hostname', 'images'],
    ...seen,
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--chdir', '/'],
    ...['--clearenv', '--setenv', 'PATH', '/usr/bin:/bin', '--setenv', 'LC_ALL', 'C.UTF-8'],
    '--',
  ]
}

const trials = new Map<string, Promise<readonly string[] | null>>()

/**
 * What goes before a program to run it in the sandbox. Null: bubblewrap is not installed, or may not do this here, as in
 * many containers; that is tried once.
 * @param program its full path
 */
export function imageSandbox(program: string): Promise<readonly string[] | null> {
  const known = trials.get(program)
  if (known !== undefined) return known
  const trial = trySandbox(program)
  trials.set(program, trial)
  return trial
}

async function trySandbox(program: string): Promise<readonly string[] | null> {
  const bubblewrap = await findProgram('bwrap')
  if (bubblewrap === null) return null
  const words = [bubblewrap, ...sandboxWords(process.getuid?.() === 0)]
  const { exitCode } = await runProgram(bubblewrap, [...words.slice(1), program, '--version'], {
    timeoutMs: trialPatienceMs,
  })
  return exitCode === 0 ? words : null
}
