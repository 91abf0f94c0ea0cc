/**
 * Values: amounts in nano-dollars, tokens, rates, prices and costs of requests. Start at {@link
 * io.nexus.control.money.Money}. Imports no other package of ours.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.money;
