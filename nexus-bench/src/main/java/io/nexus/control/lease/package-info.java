/** What drives a gateway's leases from within their package. */
@NullMarked
package io.nexus.control.lease;

import org.jspecify.annotations.NullMarked;
