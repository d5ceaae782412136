// Preloaded into a program. When it exits, writes the names of the public Node modules it loaded to the file in RECORD.
'use strict';
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  const names = process.moduleLoadList.map((entry) => /^NativeModule (.+)$/.exec(entry)?.[1]);
  writeFileSync(
    process.env.RECORD,
    JSON.stringify(names.filter((name) => name !== undefined && !name.startsWith('internal/'))),
  );
});
