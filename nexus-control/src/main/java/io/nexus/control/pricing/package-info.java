/**
 * The prices of models: price tables and the order in which they are searched. Start at {@link
 * io.nexus.control.pricing.PricingRegistry}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.pricing;
