// Required before a program: writes to the file that RECORD names which of Node's public modules were loaded.
'use strict';
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  const names = process.moduleLoadList.map((entry) => /^NativeModule (.+)$/.exec(entry)?.[1]);
  writeFileSync(
    process.env.RECORD,
    JSON.stringify(names.filter((name) => name !== undefined && !name.startsWith('internal/'))),
  );
});
