"""Print the trace of one checkout: ``python examples/shop/show_trace.py``."""

from snapy_instrument import FunctionTracer, install_hook

with install_hook("stationery.*"):
    from stationery.cart import Cart
    from stationery.orders import place_order
    from stationery.payment import Gateway

    cart = Cart()
    cart.add("pen", 2)
    cart.add("atlas")
    with FunctionTracer() as tracer:
        place_order(cart, Gateway("sk-1"), card_token="tok_42")

print(tracer.format_trace())
