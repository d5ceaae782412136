// Required before a program. Writes the names of Node's public modules that were loaded to the file in RECORD.
'use strict';
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  const names = process.moduleLoadList.map((entry) => /^NativeModule (.+)$/.exec(entry)?.[1]);
  writeFileSync(
    process.env.RECORD,
    JSON.stringify(names.filter((name) => name !== undefined && !name.startsWith('internal/'))),
  );
});
