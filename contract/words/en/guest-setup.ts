export const guestSetup = {
  keyPairNewMachine: 'The key pair of the new machine could not be kept. Choose a key of your own instead.',
  keyPairMachineCould: 'The key pair of this machine could not be read.',
  keyPairMachineCouldNot: 'The key pair of this machine could not be thrown away.',
  keyPairMachineDamaged: 'The key pair of this machine is damaged. Put a key of your own into the machine.',
} as const
