/** Many gateways on one ledger, in virtual time. */
@NullMarked
package io.nexus.bench.sim;

import org.jspecify.annotations.NullMarked;
