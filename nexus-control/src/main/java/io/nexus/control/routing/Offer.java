package io.nexus.control.routing;

import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.Price;

/**
 * A model that a backend serves, at its price.
 *
 * @param backend the backend
 * @param load the backend's current state
 * @param model the model's name there
 * @param price its price there
 * @param facts other facts of the model
 */
public record Offer(Backend backend, Load load, String model, Price price, ModelFacts facts) {}
