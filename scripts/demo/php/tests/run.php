<?php

declare(strict_types=1);

require __DIR__ . '/../src/Vat.php';
require __DIR__ . '/../src/Basket.php';

use Shop\Basket;
use Shop\Vat;

$tests = [
    'an empty basket costs nothing' => fn (): bool => (new Basket())->total('AT') === 0,
    'quantities multiply' => function (): bool {
        $basket = new Basket();
        $basket->add(3, 1250);

        return $basket->total('AT') === 4500;
    },
    'VAT is rounded to whole cents' => fn (): bool => Vat::cents(333, 'DE') === 63,
];

$number = 0;
$failed = 0;
echo 'TAP version 13', PHP_EOL, '1..', count($tests), PHP_EOL;
foreach ($tests as $title => $test) {
    $passed = $test();
    $failed += $passed ? 0 : 1;
    printf("%sok %d - %s\n", $passed ? '' : 'not ', ++$number, $title);
}
exit($failed === 0 ? 0 : 1);
