export const images = {
  couldNotDownloaded: '{what} could not be downloaded from {server}.',
  notAnyMore: '{what} is not at {server} any more.',
  doesNotGiveOut: '{server} does not give out {lowered} to you.',
  proxyWantsKnowWho: 'The proxy wants to know who asks: name and password are missing.',
  cannotGiveOutNow: '{server} cannot give out {lowered} now. Try again later.',
  catalogueImagesCannotUsed: 'The catalogue of images at {baseUrl} cannot be used.',
  thereNoImageCatalogue: 'There is no image “{imageId}” in the catalogue.',
  catalogueImagesCannotUsed2: 'The catalogue of images at {url} cannot be used.',
  leftStillComeMake:
    '{folder} has {free:bytes} left, and {needed:bytes} are still to come. Make room there, then try again.',
  didNotArriveWhole: '{name} did not arrive whole in its storage pool.',
  signatureNotOneMakers:
    'The signature of {what} is not one of its makers, by the keys in {keyringPath}. It was not used, as somebody may have changed it on its way.',
  noChecksumPublishedCannot:
    'No checksum of {fileName} is published at {url}, so it cannot be verified and was not used.',
  couldNotUnpacked: '{path} could not be unpacked.',
  imagePackedProgramNot: 'This image is packed with {name}, and the program {name} is not installed.',
  imageDamagedCannotUnpacked: 'The image is damaged: it cannot be unpacked.',
  imageUnpacksFarMore: 'The image unpacks to far more than an image is, and was not used.',
  storagePoolKeepsNo:
    'The storage pool “{name}” keeps no files, so an image cannot lie in it. Choose a pool that is a folder.',
  makeRoomThereOr: '{sentence} Make room there, or choose another pool.',
  whatDownloadedForNot:
    'What was downloaded for {title} is not what its makers published, so it was deleted. Try again; if it happens again, the server gives out something else.',
  imageBeingDownloadedCancel: 'The image {imageId} is being downloaded. Cancel that first: nothing of it is kept then.',
  imageNotStoragePool: 'The image {imageId} is not in the storage pool “{pool}”.',
  imageStaysWhoNeeds: 'The image {imageId} stays: who needs it cannot be known now. {unseen}',
  imageCouldNotDeleted: 'The image {imageId} could not be deleted.',
  imageStaysBuiltDelete: 'The image {imageId} stays, as these are built on it: {names}. Delete them first.',
  imagesCouldNotListed: 'The images on {host} could not be listed.',
} as const
