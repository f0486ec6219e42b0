export default {
  label: 'What is set up inside {name}',
  openConsole: 'Open the console of {name}',
  phase: {
    installing: 'The system installs itself',
    starting: 'The guest starts',
    'setting-up': 'The guest sets itself up',
  },
  /** Below the phase: what goes on now. */
  doing: {
    installing: 'The installer works with the answers that Strata gave it. Its screen shows how far it is.',
    starting: 'Waiting for its agent to answer. Until then its screen is all that can be seen.',
    answering: 'Its agent answers; cloud-init has not told yet what it does.',
    'init-local': 'cloud-init looks for its seed and prepares the network.',
    init: 'cloud-init makes disks, host name, users and keys ready.',
    'modules-config': 'cloud-init applies the settings: language, time zone, passwords, sources of packages.',
    'modules-final': 'cloud-init installs packages, then runs your commands. This is the longest part.',
  },
  steps: {
    label: 'Steps of the set-up',
    installing: 'Installation',
    starting: 'Start',
    'init-local': 'Network',
    init: 'Users and disks',
    'modules-config': 'Settings',
    'modules-final': 'Packages, commands',
    answering: 'First start',
  },
  slow: {
    title: 'This takes longer than usual. Nothing has failed, and Strata goes on watching.',
    keepWaiting: 'Keep waiting',
    console: 'Open console',
    stop: 'Stop watching',
    why: {
      emulation: 'The machine is emulated, ten to fifty times slower than with KVM.',
      installing: 'An installer that waits for an answer shows its question on the screen.',
      starting:
        'An image without a guest agent never answers, and works all the same. One that is to install the agent needs a network first.',
      packages:
        'Packages may still be on their way, which needs a network; or one of your commands has not come to its end.',
      stage: 'A guest that finds no network waits for it for some minutes.',
    },
  },
  ready: {
    title: 'Ready after {duration}.',
    user: 'Its user is {user}.',
    userAt: 'Its user is {user}, its address {address}.',
    at: 'Its address is {address}.',
    warnings: 'cloud-init went on after a warning | cloud-init went on after {count} warnings',
  },
  failed: {
    title: 'Not everything was set up: {what}',
    explanation:
      'cloud-init ended after {duration}; the rest of what it does is done. Inside, /var/log/cloud-init-output.log holds what was printed.',
    detail: 'cloud-init’s own words',
  },
  unreadable: {
    'no-channel': {
      title: 'What is set up inside cannot be seen.',
      explanation: 'This machine has no channel to a guest agent. Its screen tells when it is ready.',
    },
    refused: {
      title: 'The guest answers; its set-up cannot be read.',
      explanation:
        'Its agent answered after {duration} and lets no files be read, as some distributions want it. “cloud-init status --long” tells more inside.',
    },
    'no-report': {
      title: 'The guest answers; its set-up cannot be read.',
      explanation:
        'Its agent answered after {duration}, and there is no report by cloud-init: the image may have none, or keeps it to itself.',
    },
  },
  dismiss: 'Dismiss',
  /** What a module of cloud-init does; others are called by their own names. */
  modules: {
    'scripts-user': 'the commands to run',
    runcmd: 'the commands to run',
    bootcmd: 'the commands of early boot',
    'package-update-upgrade-install': 'the packages',
    'apt-configure': 'the sources of packages',
    'users-groups': 'users and groups',
    'set-passwords': 'passwords',
    ssh: 'SSH',
    'ssh-import-id': 'imported SSH keys',
    'set-hostname': 'the host name',
    'write-files': 'files to write',
    'write-files-deferred': 'files to write',
    locale: 'the language',
    keyboard: 'the keyboard',
    timezone: 'the time zone',
    mounts: 'the file systems',
    'disk-setup': 'the disks',
    growpart: 'growing the partition',
    resizefs: 'growing the file system',
  },
}
