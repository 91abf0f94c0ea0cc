/**
 * Who costs what: price tables and the order in which they are asked. Start at {@link
 * io.nexus.control.pricing.PricingRegistry}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.pricing;
