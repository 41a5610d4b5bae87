<?php

declare(strict_types=1);

namespace Shop;

final class Basket
{
    /** @var list<array{int, int}> quantity and price in cents */
    private array $lines = [];

    public function add(int $quantity, int $unitCents): void
    {
        $this->lines[] = [$quantity, $unitCents];
    }

    public function total(string $country): int
    {
        $net = array_sum(array_map(fn (array $line): int => $line[0] * $line[1], $this->lines));

        return $net + Vat::cents($net, $country);
    }
}
