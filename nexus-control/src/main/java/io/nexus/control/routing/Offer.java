package io.nexus.control.routing;

import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.Price;

/**
 * A model that a backend serves, at its price.
 *
 * @param backend who serves it
 * @param load how that backend does now
 * @param model the model's name there
 * @param price what it costs there
 * @param facts what else is known of the model
 */
public record Offer(Backend backend, Load load, String model, Price price, ModelFacts facts) {}
