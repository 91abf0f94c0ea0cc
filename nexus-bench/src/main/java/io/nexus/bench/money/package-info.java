/**
 * {@code nexus bench --money}: measures how exactly a gateway limits and charges money. Start at
 * {@link io.nexus.bench.money.MoneyHarness}. A {@link io.nexus.bench.money.TestedGateway} stands
 * between clients and a mock upstream that keeps the true bill; each {@link
 * io.nexus.bench.money.MoneyScenario} has a budget of its own.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.bench.money;
