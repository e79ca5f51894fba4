import sharp from "sharp";

// JPEG and nothing else: no other decoder reads what a stranger sends.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({ operation: ["VipsForeignLoadJpeg"] });

const side = 1024;
const maxPixels = 50_000_000; // a small file can hold a huge picture

export const resize = (image) =>
  sharp(image, { limitInputPixels: maxPixels })
    .autoOrient()
    .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
    .jpeg({ quality: 75 })
    .toBuffer();
