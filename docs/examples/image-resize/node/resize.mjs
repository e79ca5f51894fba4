import sharp from "sharp";

const side = 1024;
const maxPixels = 50_000_000; // a small file can hold a huge picture

export const resize = (image) =>
  sharp(image, { limitInputPixels: maxPixels })
    .autoOrient()
    .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
    .jpeg({ quality: 75 })
    .toBuffer();
