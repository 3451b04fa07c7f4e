/** Writes docs/reference/permissions.md: `npm run permissions`. */

import { writeFileSync } from "node:fs";
import { pageFile, pageOf } from "./page.ts";
import { rows } from "./rows.ts";

writeFileSync(pageFile, pageOf(rows));
